import { plainText } from "./lib/plain-text.js";

const SHOWN_FOR = 2000;

/* <copy-button for="id"> around a button and a status: copies that element's words. Hidden until it is defined. */
class CopyButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
    clearTimeout(this.timer);
  }

  async handleEvent() {
    const source = document.getElementById(this.getAttribute("for"));
    const status = this.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(plainText(source));
      this.dataset.state = "copied";
      status.textContent = this.getAttribute("copied");
    } catch {
      // Some browsers refuse the clipboard: then the words are at least selected, ready for a key.
      getSelection().selectAllChildren(source);
      status.textContent = this.getAttribute("selected");
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      delete this.dataset.state;
      status.textContent = "";
    }, SHOWN_FOR);
  }
}

customElements.define("copy-button", CopyButton);
