/* <connection-notice> is a toast that is in the page and hidden. It says when the events of an answer, or a request,
   could not get through, and leaves once they do. Its button tries at once what is being waited for. */
class ConnectionNotice extends HTMLElement {
  static events = ["htmx:sse:error", "htmx:sse:after:connection", "htmx:error", "htmx:after:request"];

  connectedCallback() {
    ConnectionNotice.events.forEach((name) => document.addEventListener(name, this));
    this.addEventListener("click", this);
  }

  disconnectedCallback() {
    ConnectionNotice.events.forEach((name) => document.removeEventListener(name, this));
    this.removeEventListener("click", this);
  }

  handleEvent(event) {
    if (event.type === "click") return this.act(event);
    if (event.type === "htmx:sse:error") return this.say("stream", event.detail.connection);
    if (event.type === "htmx:error") return event.detail.ctx && this.say("request");
    this.hidden = true;
  }

  say(which, connection) {
    this.connection = connection;
    this.querySelectorAll("[data-case]").forEach((part) => { part.hidden = part.dataset.case !== which; });
    this.hidden = false;
  }

  act(event) {
    if (!event.target.closest("button")) return;
    this.hidden = true;
    this.connection?.delayCanceller?.();
  }
}

customElements.define("connection-notice", ConnectionNotice);
