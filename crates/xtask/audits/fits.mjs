// What must fit on a page that is open: nothing runs out of it, and no letter is cut off.

/** What does not fit: the page scrolls sideways, letters are cut off, or stick out of the box that they are in. */
export async function fits(page) {
  return page.evaluate(() => {
    const found = [];
    const { scrollingElement: all } = document;
    const classes = (element) => (element.className ? `.${String(element.className).trim().split(/\s+/).join(".")}` : "");
    const specimen = (element) => element.closest("[data-part]")?.id;
    const named = (element) => [`${element.localName}${classes(element)}`, specimen(element)].filter(Boolean).join(" in ");
    if (all.scrollWidth > all.clientWidth) {
      found.push({ rule: "sideways", what: `the page scrolls sideways by ${all.scrollWidth - all.clientWidth} px`, where: "the page" });
    }
    const root = document.querySelector("partner-support").shadowRoot;
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const SLACK = 1.5;
    const words = (node) =>
      [...node.data.matchAll(/\S+/g)].map(({ 0: word, index }) => {
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        return range.getBoundingClientRect();
      });
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const holder = node.parentElement;
      if (!node.data.trim() || !holder?.checkVisibility({ visibilityProperty: true })) continue;
      if (holder.closest(".visually-hidden, select, option, [aria-hidden='true']")) continue;
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
      if (rects.length === 0) continue;
      const left = Math.min(...rects.map((rect) => rect.left));
      const right = Math.max(...rects.map((rect) => rect.right));
      const top = Math.min(...rects.map((rect) => rect.top));
      const bottom = Math.max(...rects.map((rect) => rect.bottom));
      const keepsSpaces = getComputedStyle(holder).whiteSpaceCollapse === "preserve";
      let isBox = false;
      for (let box = holder; box; box = box.parentElement) {
        const style = getComputedStyle(box);
        // Hidden from the eye alone, at this width.
        if (style.clipPath !== "none") break;
        if (style.display.startsWith("inline") && style.display === "inline") continue;
        const edge = box.getBoundingClientRect();
        let across = Math.max(edge.left - left, right - edge.right);
        const along = Math.max(edge.top - top, bottom - edge.bottom);
        const cuts = (value) => value === "hidden" || value === "clip";
        if ((cuts(style.overflowX) && across > SLACK) || (cuts(style.overflowY) && along > SLACK)) {
          found.push({ rule: "cut off", what: `"${node.data.trim().slice(0, 60)}" is cut off by ${Math.round(Math.max(across, along))} px`, where: named(box) });
          break;
        }
        // What can be scrolled can be read.
        if (/auto|scroll/.test(`${style.overflowX} ${style.overflowY}`)) break;
        // Spaces at the end of a line may hang out of it where they are kept.
        if (!isBox && across > SLACK && keepsSpaces) across = Math.max(...words(node).map((word) => Math.max(edge.left - word.left, word.right - edge.right)));
        if (!isBox && across > SLACK) {
          found.push({ rule: "sticks out", what: `"${node.data.trim().slice(0, 60)}" sticks out by ${Math.round(across)} px`, where: named(box) });
          break;
        }
        isBox = true;
        if (style.position === "fixed") break;
      }
    }
    return found;
  });
}
