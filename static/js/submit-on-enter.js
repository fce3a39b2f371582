/* <submit-on-enter> around a <textarea>: Enter sends, Shift and Enter begins a line. While an answer is being written
   the form has no button that sends, and Enter does nothing. On a touch keyboard Enter stays what it is there. */
class SubmitOnEnter extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this);
  }

  disconnectedCallback() {
    this.removeEventListener("keydown", this);
  }

  handleEvent(event) {
    // 229 is what some browsers report for the Enter that ends a composition.
    const composing = event.isComposing || event.keyCode === 229;
    const plain = event.key === "Enter" && !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (!plain || composing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    const form = event.target.form;
    const button = [...form.elements].find((element) => element.type === "submit");
    if (button) form.requestSubmit(button); // Where nothing is written, the browser or the server says so.
  }
}

customElements.define("submit-on-enter", SubmitOnEnter);
