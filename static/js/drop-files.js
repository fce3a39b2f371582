/* <drop-files> around a file field: files may be dropped anywhere on it. */
class DropFiles extends HTMLElement {
  static events = ["dragover", "dragleave", "drop"];

  connectedCallback() {
    DropFiles.events.forEach((name) => this.addEventListener(name, this));
  }

  disconnectedCallback() {
    DropFiles.events.forEach((name) => this.removeEventListener(name, this));
  }

  handleEvent(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.toggleAttribute("over", event.type === "dragover");
    if (event.type === "drop") this.querySelector("input[type=file]").files = event.dataTransfer.files;
  }
}

customElements.define("drop-files", DropFiles);
