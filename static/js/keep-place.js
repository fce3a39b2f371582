/* <keep-place action="…"> in a text: when the page is left, or out of sight, it tells the server which block stood at
   the top of the window. Without it the chapter is kept. */
class KeepPlace extends HTMLElement {
  connectedCallback() {
    document.addEventListener("visibilitychange", this);
    addEventListener("pagehide", this);
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this);
    removeEventListener("pagehide", this);
  }

  handleEvent(event) {
    if (event.type === "visibilitychange" && document.visibilityState === "visible") return;
    const at = this.place();
    if (at === undefined || at === this.told) return;
    this.told = at;
    const form = new FormData();
    form.set("at", at);
    navigator.sendBeacon(this.getAttribute("action"), form);
  }

  place() {
    const bar = document.querySelector(".bar--sticky")?.offsetHeight ?? 0;
    const blocks = [...this.closest("main").querySelectorAll("[data-at]")];
    return blocks.find((block) => block.getBoundingClientRect().bottom > bar)?.dataset.at;
  }
}

customElements.define("keep-place", KeepPlace);
