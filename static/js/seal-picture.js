/* <seal-picture> around an <img>, over a letter: until the picture is there, or where it never comes, one sees the letter. */
class SealPicture extends HTMLElement {
  connectedCallback() {
    this.picture = this.querySelector("img");
    this.picture.addEventListener("load", this);
    this.handleEvent();
  }

  disconnectedCallback() {
    this.picture.removeEventListener("load", this);
  }

  handleEvent() {
    this.toggleAttribute("missing", !this.picture.naturalWidth);
  }
}

customElements.define("seal-picture", SealPicture);
