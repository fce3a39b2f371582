/* <empty-when-sent> around a <textarea>: once the server has taken the words they leave the field. What was typed
   meanwhile stays, and so does everything when the server did not take it. */
class EmptyWhenSent extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.form.addEventListener("htmx:before:request", this);
    this.form.addEventListener("htmx:after:request", this);
  }

  disconnectedCallback() {
    this.form.removeEventListener("htmx:before:request", this);
    this.form.removeEventListener("htmx:after:request", this);
  }

  handleEvent(event) {
    const text = this.querySelector("textarea");
    if (event.type === "htmx:before:request") this.sent = text.value;
    else if (event.detail.ctx.response.status < 300 && text.value === this.sent) text.value = "";
  }
}

customElements.define("empty-when-sent", EmptyWhenSent);
