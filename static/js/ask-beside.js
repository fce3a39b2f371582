const BLOCK = "[data-at]";
const OURS = ".ask, .leaf, button";

/** Return what one reads in a part of the text, a line for each block and each row of a table, without our links and
    page numbers. The part is a copy, and is taken apart. */
function words(part) {
  part.querySelectorAll(OURS).forEach((each) => each.remove());
  part.querySelectorAll("tr").forEach((row) => row.before("\n"));
  part.querySelectorAll(":is(td, th) + :is(td, th)").forEach((cell) => cell.before(" | "));
  const blocks = [...part.querySelectorAll(BLOCK)].filter((each) => !each.parentElement?.closest(BLOCK));
  const lines = blocks.length ? blocks : [part];
  return lines.map((each) => each.textContent.trim()).filter(Boolean).join("\n");
}

/* <ask-beside> around a text, its margin, a button and a <template>. What one selects gets the button, which comes next
   for a keyboard; it, and the link of each paragraph, open the question in the margin. */
class AskBeside extends HTMLElement {
  connectedCallback() {
    if (!this.template) return;
    // A sheet, because a style of the button's own would be refused as soon as the text around it is copied.
    this.sheet = new CSSStyleSheet();
    document.adoptedStyleSheets.push(this.sheet);
    document.addEventListener("selectionchange", this);
    addEventListener("resize", this);
    this.addEventListener("click", this);
    this.addEventListener("keydown", this);
    this.button.addEventListener("mousedown", this);
  }

  disconnectedCallback() {
    document.removeEventListener("selectionchange", this);
    removeEventListener("resize", this);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== this.sheet);
  }

  get template() {
    return this.querySelector(":scope > template");
  }

  get button() {
    return this.querySelector(".ask-selected");
  }

  get margin() {
    return this.querySelector("#margin");
  }

  handleEvent(event) {
    if (event.type === "selectionchange" || event.type === "resize") this.offer();
    else if (event.type === "mousedown") event.preventDefault(); // The selection stays while the button is pressed.
    else if (event.type === "keydown") this.pressed(event);
    else this.clicked(event);
  }

  pressed(event) {
    if (event.key === "Escape" && this.margin.contains(event.target)) this.close();
  }

  clicked(event) {
    const link = event.target.closest("a.ask");
    if (event.target.closest(".ask-selected")) this.ask(this.selected ?? "", this.button.closest(BLOCK));
    else if (event.target.closest(".margin__close")) this.close();
    else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      const block = link.closest(BLOCK);
      const within = this.range && block.contains(this.range.commonAncestorContainer);
      this.ask((within && this.selected) || words(block.cloneNode(true)), block);
    }
  }

  /** Show the button below what is selected, in the block where the selection ends. */
  offer() {
    const selection = getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    const end = range && this.blockAt(range.endContainer);
    this.range = end && this.blockAt(range.startContainer) ? range : null;
    this.selected = this.range && words(range.cloneContents());
    if (!this.selected) {
      if (!this.button.matches(":focus")) this.button.hidden = true;
      return;
    }
    if (this.button.parentElement !== end) end.append(this.button);
    this.button.hidden = false;
    const [line, box] = [[...range.getClientRects()].at(-1), end.getBoundingClientRect()];
    const room = box.width - this.button.offsetWidth;
    const [top, left] = [line.bottom - box.top + 6, Math.max(0, Math.min(line.left - box.left, room))];
    this.sheet.replaceSync(`.ask-selected { inset: ${top}px auto auto ${left}px; }`);
  }

  blockAt(node) {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    return this.contains(element) ? element.closest(BLOCK) : null;
  }

  ask(text, block) {
    this.from = block;
    const form = this.template.content.cloneNode(true);
    form.querySelectorAll("[name=selection]").forEach((each) => { each.value = text; });
    form.querySelector(".question__about").textContent = text;
    this.button.hidden = true;
    this.margin.replaceWith(form);
    window.htmx?.process(this.margin);
    this.margin.querySelector("textarea").focus();
  }

  close() {
    this.margin.replaceChildren();
    this.from?.querySelector("a.ask")?.focus();
  }
}

customElements.define("ask-beside", AskBeside);
