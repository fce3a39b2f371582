/* <local-time> around a <time>: the same moment on the reader's own clock, shorter where it is near. */
class LocalTime extends HTMLElement {
  connectedCallback() {
    const time = this.querySelector("time");
    const moment = new Date(time?.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    const language = document.documentElement.lang;
    time.title = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" }).format(moment);
    time.textContent = new Intl.DateTimeFormat(language, this.parts(moment)).format(moment);
  }

  parts(moment) {
    const today = new Date();
    if (moment.toDateString() === today.toDateString()) return { hour: "numeric", minute: "2-digit" };
    if (moment.getFullYear() === today.getFullYear()) return { day: "numeric", month: "long" };
    return { day: "numeric", month: "long", year: "numeric" };
  }
}

customElements.define("local-time", LocalTime);
