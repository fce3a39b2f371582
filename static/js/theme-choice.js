const SCHEMES = "light dark";

/* <theme-choice> around the form for light and dark: the page changes as it stands, and keeps its place. */
class ThemeChoice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this);
  }

  async handleEvent(event) {
    event.preventDefault();
    const form = event.target;
    const chosen = event.submitter;
    const body = new FormData(form, chosen);
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request-Type": "partial" } }).catch(() => null);
    if (answer?.ok) this.show(form, chosen);
    else {
      this.removeEventListener("submit", this);
      form.requestSubmit(chosen);
    }
  }

  show(form, chosen) {
    const named = chosen.value !== "system";
    if (named) document.documentElement.dataset.theme = chosen.value;
    else delete document.documentElement.dataset.theme;
    document.querySelector("meta[name=color-scheme]").content = named ? chosen.value : SCHEMES;
    for (const each of form.elements) each.removeAttribute("aria-current");
    chosen.setAttribute("aria-current", "true");
    form.hidePopover();
  }
}

customElements.define("theme-choice", ThemeChoice);
