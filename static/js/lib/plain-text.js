/* The words of a rendered answer, as one would type them: for the clipboard. */

const ITEMS = { OL: (index) => `${index + 1}. `, UL: () => "- " };

function list(element) {
  return [...element.children].map((item, index) => ITEMS[element.tagName](index) + words(item)).join("\n");
}

function table(element) {
  return [...element.rows].map((row) => [...row.cells].map(words).join("\t")).join("\n");
}

function words(element) {
  return element.textContent.trim().replace(/\s+/g, " ");
}

function block(element) {
  if (element.tagName in ITEMS) return list(element);
  const inner = element.matches("pre, table") ? element : element.querySelector("pre, table");
  if (inner?.tagName === "TABLE") return table(inner);
  return inner ? inner.textContent.trimEnd() : words(element);
}

/** Take the number of a source away, with the space before it. */
function uncite(citation) {
  const before = citation.previousSibling;
  if (before?.nodeType === Node.TEXT_NODE) before.data = before.data.trimEnd();
  citation.remove();
}

/** Return the text of an answer's blocks, or of a single line, without the numbers of its sources. */
export function plainText(root) {
  const copy = root.cloneNode(true);
  copy.querySelectorAll(".support").forEach((mark) => mark.remove());
  copy.querySelectorAll(".citation").forEach(uncite);
  if (!copy.children.length) return words(copy);
  return [...copy.children].map(block).filter(Boolean).join("\n\n");
}
