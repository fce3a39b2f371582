/* <answer-ready words="…"> around the page's announcement of a finished answer: while nobody looks at the tab, its title
   says so as well, until somebody does. */
class AnswerReady extends HTMLElement {
  connectedCallback() {
    this.observer = new MutationObserver(() => this.announced());
    this.observer.observe(this, { childList: true, characterData: true, subtree: true });
    document.addEventListener("visibilitychange", this);
  }

  disconnectedCallback() {
    this.observer.disconnect();
    document.removeEventListener("visibilitychange", this);
    this.handleEvent();
  }

  get prefix() {
    return `${this.getAttribute("words")} · `;
  }

  announced() {
    if (document.hidden && this.textContent.trim() && !document.title.startsWith(this.prefix)) {
      document.title = this.prefix + document.title;
    }
  }

  handleEvent() {
    if (document.title.startsWith(this.prefix)) document.title = document.title.slice(this.prefix.length);
  }
}

customElements.define("answer-ready", AnswerReady);
