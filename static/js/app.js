/* The one entry. Every element here improves markup that already works without it. */
import "./answer-ready.js";
import "./ask-beside.js";
import "./copy-button.js";
import "./connection-notice.js";
import "./dismiss-button.js";
import "./drop-files.js";
import "./empty-when-sent.js";
import "./fold-memory.js";
import "./keep-place.js";
import "./local-time.js";
import "./open-when-wide.js";
import "./seal-picture.js";
import "./passkey-button.js";
import "./print-button.js";
import "./stick-to-end.js";
import "./submit-on-enter.js";
import "./theme-choice.js";
