// Makes one tree of elements equal to another and touches only what differs: what somebody looks at, types into or has
// open stays the same element, so focus, selection, scroll and open menus survive.
//
// Children are matched by id or `data-key`, others in their order. Attributes that begin with `data-js` are ours, and
// whether something is open is the reader's affair.

const key = (node) => (node.nodeType === Node.ELEMENT_NODE && (node.id || node.dataset.key)) || "";
const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName;
const ours = (name) => name.startsWith("data-js") || name === "open";

/** Makes `from` equal to `to`, whose nodes it may take.
 * @param {Element} from @param {Element} to */
export function morph(from, to) {
  if (from.isEqualNode(to)) return;
  attributes(from, to);
  children(from, to);
}

function attributes(from, to) {
  for (const { name, value } of to.attributes) {
    if (!ours(name) && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const { name } of [...from.attributes]) {
    if (!ours(name) && !to.hasAttribute(name)) from.removeAttribute(name);
  }
}

function children(from, to) {
  const known = new Map();
  for (const child of from.children) if (key(child)) known.set(key(child), child);
  let at = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const name = key(wanted);
    const found = name ? known.get(name) : at && !key(at) && alike(at, wanted) ? at : undefined;
    if (!found || !alike(found, wanted)) {
      insert(from, wanted, at);
      continue;
    }
    if (found === at) at = at.nextSibling;
    else move(from, found, at);
    if (found.nodeType === Node.ELEMENT_NODE) morph(found, wanted);
    else if (found.nodeValue !== wanted.nodeValue) found.nodeValue = wanted.nodeValue;
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// Rows that come into a list are marked, so that the style sheet can let them glow once.
function insert(parent, node, before) {
  if (node.nodeType === Node.ELEMENT_NODE && node.id && parent.hasAttribute("data-hold")) node.dataset.jsFresh = "";
  parent.insertBefore(node, before);
}

// Moving as such keeps focus and running animations, where the browser can do it.
function move(parent, node, before) {
  if (parent.moveBefore) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}
