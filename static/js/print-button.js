/* <print-button> around a button: prints the page. Hidden until it is defined; the browser's own menu prints as well. */
class PrintButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
  }

  handleEvent() {
    this.closest("[popover]")?.hidePopover();
    print();
  }
}

customElements.define("print-button", PrintButton);
