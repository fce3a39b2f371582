const NEAR = 96;

/* <stick-to-end button="id"> around what grows: the window, or the element itself where it scrolls, stays at its end
   unless the reader scrolled up, and then the button leads back. A link to another place in the page is never pulled
   away from there. */
class StickToEnd extends HTMLElement {
  connectedCallback() {
    this.scrolls = getComputedStyle(this).overflowY === "auto";
    this.box = this.scrolls ? this : document.documentElement;
    this.view = this.scrolls ? this : window;
    this.top = this.box.scrollTop;
    this.following = this.growing && !this.elsewhere;
    this.observer = new ResizeObserver(() => this.grown());
    this.observer.observe(this.scrolls ? this.firstElementChild : this);
    this.view.addEventListener("scroll", this, { passive: true });
    document.addEventListener("click", this);
    if (!this.elsewhere) this.begin();
  }

  disconnectedCallback() {
    this.observer.disconnect();
    this.view.removeEventListener("scroll", this);
    document.removeEventListener("click", this);
  }

  get button() {
    return document.getElementById(this.getAttribute("button"));
  }

  /** Tell whether the address names a place other than the last turn. */
  get elsewhere() {
    if (this.scrolls) return false;
    return Boolean(location.hash) && this.querySelector(".turn:last-child")?.id !== location.hash.slice(1);
  }

  get growing() {
    return Boolean(this.querySelector("[aria-busy=true]"));
  }

  /** How far down the end is: what is said last in sight. A list of sources below it would push that out again. */
  get end() {
    const sources = this.querySelector(".turn:last-child .sources[open]");
    const below = sources && getComputedStyle(sources).position !== "sticky";
    const list = below ? sources.offsetHeight - sources.firstElementChild.offsetHeight : 0;
    return this.box.scrollHeight - this.box.clientHeight - list;
  }

  get atEnd() {
    return this.end - this.box.scrollTop < NEAR;
  }

  handleEvent(event) {
    if (event.type === "click") {
      if (this.button?.contains(event.target)) this.follow("smooth");
      return;
    }
    // Where one is farther from the end without having gone up, it is the text that grew.
    const up = this.box.scrollTop < this.top;
    if (this.atEnd || up) this.following = this.atEnd;
    this.top = this.box.scrollTop;
    this.show();
  }

  /** Start at the last question, or at the end where its answer is still being written. */
  begin() {
    if (this.growing) this.follow();
    else this.querySelector(".turn:last-child:not(:first-child)")?.scrollIntoView({ behavior: "instant" });
  }

  follow(behavior = "instant") {
    this.following = true;
    this.box.scrollTo({ top: this.end, behavior });
  }

  grown() {
    if (this.asked()) this.goOn();
    const growing = this.growing;
    // The last change, when an answer is finished, still counts as growing.
    if (this.following && (growing || this.grew)) this.follow();
    this.grew = growing;
    this.show();
  }

  /** Follow what was asked now, and let the address name no turn before it any longer. */
  goOn() {
    this.following = true;
    if (location.hash && !this.scrolls) history.replaceState(history.state, "", location.pathname + location.search);
  }

  /** Tell whether a question was added since the last look: whoever asks wants to see the answer. */
  asked() {
    const count = this.querySelectorAll(".turn").length;
    const more = this.count !== undefined && count > this.count;
    this.count = count;
    return more;
  }

  show() {
    if (this.button) this.button.hidden = this.atEnd;
  }
}

customElements.define("stick-to-end", StickToEnd);
