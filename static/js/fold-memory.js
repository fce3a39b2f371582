/* <fold-memory> around a <details>: what was folded on this page stays folded when the page is loaded again in this tab.
   What arrives in a page that stands already is news, and open. */
class FoldMemory extends HTMLElement {
  connectedCallback() {
    this.fold = this.querySelector("details");
    this.key = `folded:${location.pathname}`;
    if (document.readyState === "complete") sessionStorage.removeItem(this.key);
    this.fold.open = !sessionStorage.getItem(this.key);
    this.fold.addEventListener("toggle", this);
  }

  disconnectedCallback() {
    this.fold.removeEventListener("toggle", this);
  }

  handleEvent() {
    if (this.fold.open) sessionStorage.removeItem(this.key);
    else sessionStorage.setItem(this.key, "yes");
  }
}

customElements.define("fold-memory", FoldMemory);
