// Checks that run in the page. Each gives a list of what is wrong with it.

const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".unseen");
const where = (element) => {
  const id = element.id ? `#${element.id}` : "";
  return `${element.tagName.toLowerCase()}${id}.${element.getAttribute("class") ?? ""} "${element.textContent.trim().slice(0, 40)}"`;
};

function inlineStyles() {
  return [...document.querySelectorAll("[style], style, script:not([src])")].map(where);
}

// Language, landmarks, headings that do not skip a level, ids that are unique, lists and tables that are what they seem.
function structure() {
  const wrong = [];
  if (document.documentElement.lang !== "en") wrong.push("no language");
  for (const tag of ["main", "h1", "body > header", "body > footer"]) {
    const count = document.querySelectorAll(tag).length;
    if (count !== 1) wrong.push(`${count} ${tag}`);
  }
  for (const nav of document.querySelectorAll("nav")) if (!nav.getAttribute("aria-label")) wrong.push(`unnamed ${where(nav)}`);
  const names = [...document.querySelectorAll("nav")].map((nav) => nav.getAttribute("aria-label"));
  if (new Set(names).size !== names.length) wrong.push(`navigations of one name: ${names}`);
  let before = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const level = Number(heading.tagName[1]);
    if (level > before + 1) wrong.push(`h${before} then ${where(heading)}`);
    if (!heading.textContent.trim()) wrong.push(`empty ${where(heading)}`);
    before = level;
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids)) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push(`two #${id}`);
  for (const element of document.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
    for (const name of ["aria-labelledby", "aria-describedby"]) {
      for (const id of (element.getAttribute(name) ?? "").split(" ").filter(Boolean)) {
        if (!document.getElementById(id)) wrong.push(`${where(element)} points at #${id}, which is not there`);
      }
    }
  }
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    if (!document.getElementById(link.getAttribute("href").slice(1))) wrong.push(`${where(link)} leads nowhere`);
  }
  for (const list of document.querySelectorAll("ul, ol")) {
    if ([...list.children].some((child) => child.tagName !== "LI")) wrong.push(`not only items in ${where(list)}`);
  }
  for (const cell of document.querySelectorAll("th")) if (!cell.scope) wrong.push(`no scope on ${where(cell)}`);
  return wrong;
}

// Everything to be pressed or filled in has a name; every drawing has one or is silent.
function names() {
  const wrong = [];
  for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!control.labels?.length || !control.labels[0].textContent.trim()) wrong.push(`no label for ${where(control)}`);
  }
  for (const control of document.querySelectorAll("a[href], button")) {
    if (!control.textContent.trim()) wrong.push(`no name on ${where(control)}`);
  }
  for (const drawing of document.querySelectorAll("svg")) {
    const silent = drawing.closest("[aria-hidden=true]");
    const named = drawing.getAttribute("role") === "img" && drawing.getAttribute("aria-label");
    if (!silent && !named) wrong.push(`unnamed ${where(drawing)} in ${where(drawing.parentElement)}`);
  }
  return wrong;
}

function rgb(text) {
  const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
  return [r, g, b, a];
}

function over(top, below) {
  return [0, 1, 2].map((n) => top[n] * top[3] + below[n] * (1 - top[3])).concat(1);
}

function ground(element) {
  const layers = [];
  for (let e = element; e; e = e.parentElement) {
    const style = getComputedStyle(e);
    layers.unshift(rgb(style.backgroundColor));
  }
  return layers.reduce((below, top) => over(top, below), [255, 255, 255, 1]);
}

function luminance([r, g, b]) {
  const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}

function ratio(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

// Text against its ground: 4.5 to 1, large text 3 to 1.
function contrast() {
  const wrong = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !shown(element)) continue;
    const style = getComputedStyle(element);
    const behind = ground(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const found = ratio(over(rgb(style.color), behind), behind);
    if (found < (large ? 3 : 4.5)) wrong.set(where(element), found.toFixed(2));
  }
  return [...wrong];
}

// Marks, cells and needles that carry meaning against their ground: 3 to 1.
function drawings() {
  const wrong = new Map();
  const meaningful = ".mark > :first-child, .cell-scored, .cell-half, .needle, .scale-value, .bar-fill, .stage-on, .now";
  for (const shape of document.querySelectorAll(meaningful)) {
    if (!shown(shape)) continue;
    const style = getComputedStyle(shape);
    const colour = style.fill === "none" ? style.stroke : style.fill;
    const behind = ground(shape.closest("svg:not(svg svg)").parentElement);
    const found = ratio(over(rgb(colour), behind), behind);
    if (found < 3) wrong.set(`${shape.getAttribute("class")} in ${where(shape.closest("svg"))} ${colour}`, found.toFixed(2));
  }
  return [...wrong];
}

// Nothing is cut off or hangs over the edge of the window.
function overflowing() {
  const wrong = [];
  for (const element of document.querySelectorAll("main *, header *, footer *")) {
    if (element.closest("svg") || !shown(element)) continue;
    const box = element.getBoundingClientRect();
    if (box.width && (box.right > innerWidth + 0.5 || box.left < -0.5)) wrong.push(where(element));
  }
  return wrong;
}

// 24 by 24, or so far apart that circles of that size do not touch, or within a sentence.
function targets() {
  const wrong = [];
  const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select")].filter(
    (element) => shown(element) && element.className !== "skip",
  );
  const centre = (box) => [box.left + box.width / 2, box.top + box.height / 2];
  for (const element of all) {
    const box = element.getBoundingClientRect();
    if (box.width >= 24 && box.height >= 24) continue;
    const text = element.parentElement.textContent.trim();
    if (getComputedStyle(element).display === "inline" && text.length > element.textContent.trim().length) continue;
    const [x, y] = centre(box);
    const near = all.some((other) => {
      if (other === element) return false;
      const b = other.getBoundingClientRect();
      if (b.width >= 24 && b.height >= 24) {
        const dx = Math.max(b.left - x, 0, x - b.right);
        const dy = Math.max(b.top - y, 0, y - b.bottom);
        return Math.hypot(dx, dy) < 12;
      }
      const [p, q] = centre(b);
      return Math.hypot(p - x, q - y) < 24;
    });
    if (near) wrong.push(`${where(element)} ${box.width.toFixed(0)} x ${box.height.toFixed(0)}`);
  }
  return wrong;
}

// Where the keyboard is; null once it has left the page.
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const steps = [];
  for (let e = element; e.parentElement; e = e.parentElement) steps.unshift([...e.parentElement.children].indexOf(e));
  return {
    path: steps.join("/"),
    what: where(element),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}
