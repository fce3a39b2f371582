/* <dismiss-button> inside a flash: takes the flash away. Hidden until it is defined. */
class DismissButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
  }

  handleEvent() {
    this.closest(".flash").remove();
  }
}

customElements.define("dismiss-button", DismissButton);
