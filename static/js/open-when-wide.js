/* <open-when-wide media="(width >= 84rem)"> around a <details>: open where there is room for it. */
class OpenWhenWide extends HTMLElement {
  connectedCallback() {
    this.room = matchMedia(this.getAttribute("media"));
    this.room.addEventListener("change", this);
    this.handleEvent();
  }

  disconnectedCallback() {
    this.room.removeEventListener("change", this);
  }

  handleEvent() {
    this.querySelector("details").open = this.room.matches;
  }
}

customElements.define("open-when-wide", OpenWhenWide);
