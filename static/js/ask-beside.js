const BLOCK = "[data-at], h1, h2, h3, h4, h5, h6";
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

/** Return the pieces of text in a block, without those that are ours. */
function pieces(block) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(OURS)) found.push(walker.currentNode);
  return found;
}

/** Return whether a range holds words of a piece of text. It may end before the first, as after a triple click. */
function holds(range, piece) {
  if (!range.intersectsNode(piece)) return false;
  const from = piece === range.startContainer ? range.startOffset : 0;
  const to = piece === range.endContainer ? range.endOffset : piece.length;
  return piece.data.slice(from, to).trim() !== "";
}

/** Return a range from the first word that it holds in these blocks to the last, or null where it holds none. */
function clipped(range, blocks) {
  const held = blocks.filter((each) => range.intersectsNode(each)).flatMap(pieces).filter((each) => holds(range, each));
  if (!held.length) return null;
  const [first, last, inner] = [held[0], held.at(-1), range.cloneRange()];
  if (first !== range.startContainer) inner.setStart(first, 0);
  if (last !== range.endContainer) inner.setEnd(last, last.length);
  return inner;
}

/* <ask-beside> around a text, its margin, a button and a <template>. What one selects gets the button, which is next
   for a keyboard wherever the focus was; it, and the link of each paragraph, open the question in the margin. */
class AskBeside extends HTMLElement {
  connectedCallback() {
    if (!this.template) return;
    // A sheet, because a style of the button's own would be refused as soon as the text around it is copied.
    this.sheet = new CSSStyleSheet();
    document.adoptedStyleSheets.push(this.sheet);
    document.addEventListener("selectionchange", this);
    document.addEventListener("keydown", this);
    addEventListener("resize", this);
    this.addEventListener("click", this);
    this.button.addEventListener("mousedown", this);
  }

  disconnectedCallback() {
    document.removeEventListener("selectionchange", this);
    document.removeEventListener("keydown", this);
    removeEventListener("resize", this);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== this.sheet);
  }

  get template() {
    return this.querySelector(":scope > template");
  }

  get button() {
    return this.querySelector(".ask-selected");
  }

  get blocks() {
    return [...this.querySelector("main").querySelectorAll(BLOCK)];
  }

  get margin() {
    return this.querySelector("#margin");
  }

  handleEvent(event) {
    if (event.type === "resize") this.offer();
    else if (event.type === "selectionchange") this.selecting();
    else if (event.type === "mousedown") event.preventDefault(); // The selection stays while the button is pressed.
    else if (event.type === "keydown") this.pressed(event);
    else this.clicked(event);
  }

  pressed(event) {
    if (event.key === "Escape" && this.margin.contains(event.target)) this.close();
    if (event.key !== "Tab" || event.shiftKey || !this.fresh) return;
    this.fresh = false; // Only the first Tab, so that one comes away from the button by the second.
    event.preventDefault();
    this.button.focus();
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

  selecting() {
    this.offer();
    this.fresh = Boolean(this.selected) && !this.button.matches(":focus");
  }

  /** Show the button below what is selected, in the block where the selection ends. */
  offer() {
    const selection = getSelection();
    this.range = selection.rangeCount ? clipped(selection.getRangeAt(0), this.blocks) : null;
    this.selected = this.range && words(this.range.cloneContents());
    if (!this.selected) {
      if (!this.button.matches(":focus")) this.button.hidden = true;
      return;
    }
    const end = this.range.endContainer.parentElement.closest(BLOCK);
    if (this.button.parentElement !== end) end.append(this.button);
    this.button.hidden = false;
    const [line, box] = [[...this.range.getClientRects()].at(-1), end.getBoundingClientRect()];
    const room = box.width - this.button.offsetWidth;
    const [top, left] = [line.bottom - box.top + 6, Math.max(0, Math.min(line.left - box.left, room))];
    this.sheet.replaceSync(`.ask-selected { inset: ${top}px auto auto ${left}px; }`);
  }

  ask(text, block) {
    this.from = block;
    const form = this.template.content.cloneNode(true);
    form.querySelectorAll("[name=selection]").forEach((each) => { each.value = text; });
    form.querySelector(".question__about").textContent = text;
    this.button.hidden = true;
    this.fresh = false;
    this.margin.replaceWith(form);
    window.htmx?.process(this.margin);
    this.margin.querySelector("textarea").focus();
  }

  close() {
    this.margin.replaceChildren();
    const after = (link) => this.from.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (this.from) [...this.querySelectorAll("a.ask")].find(after)?.focus();
  }
}

customElements.define("ask-beside", AskBeside);
