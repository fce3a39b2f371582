/* <passkey-button ceremony="create|get" challenge="address"> around a form with a field `credential`: when the form is
   sent, lets the browser answer a fresh challenge with a passkey first, or goes where the challenge leads. Hidden until
   it is defined, and where browsers know no passkeys. */
class PasskeyButton extends HTMLElement {
  connectedCallback() {
    this.hidden = !globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON;
    this.addEventListener("submit", this);
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this);
    this.asking?.abort();
  }

  async handleEvent(event) {
    event.preventDefault();
    const form = event.target;
    this.say("");
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      form.elements.credential.value = JSON.stringify(await this.answer(this.asking.signal));
      form.submit();
    } catch (error) {
      if (error.name !== "AbortError") {
        this.say((error.name === "InvalidStateError" && this.getAttribute("known")) || this.getAttribute("failed"));
      }
    }
  }

  async answer(signal) {
    const challenge = await fetch(this.getAttribute("challenge"), { method: "POST", signal });
    if (challenge.redirected) {
      location.assign(challenge.url);
      throw new DOMException("Something comes first.", "AbortError");
    }
    if (!challenge.ok) throw new Error(`The challenge was refused with ${challenge.status}.`);
    const options = await challenge.json();
    const credential = this.getAttribute("ceremony") === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options), signal })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options), signal });
    return credential.toJSON();
  }

  say(words) {
    const place = this.querySelector("[role=alert]");
    place.textContent = words;
    place.hidden = !words;
  }
}

customElements.define("passkey-button", PasskeyButton);
