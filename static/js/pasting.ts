// What is pasted keeps its sense and loses what follows people: pixels, trails in addresses, scripts,
// and the scaffolding of word processors.
const TRAILS = /^(?:utm_\w+|gclid|gbraid|wbraid|dclid|fbclid|msclkid|twclid|ttclid|yclid|igshid|mc_[ce]id|_hsenc|_hsmi|hsctatracking|mkt_tok|vero_(?:id|conv)|oly_(?:anon|enc)_id|s_cid|ck_subscriber_id|wickedid)$/i;
const GONE = "script,style,title,meta,link,base,template,iframe,object,embed,form,input,button,select,textarea,xml,svg,math,audio,video,canvas";

/** The address without what tells who followed it. */
export function bare(address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return address;
  }
  if (!/^https?:$/.test(url.protocol) || !url.search) return address;
  const names = [...url.searchParams.keys()].filter((name) => TRAILS.test(name));
  if (names.length === 0) return address;
  for (const name of names) url.searchParams.delete(name);
  return url.href;
}

function isPixel(image: HTMLImageElement): boolean {
  const size = (name: "width" | "height"): number => {
    const said = image.getAttribute(name) || image.style[name];
    return said ? parseFloat(said) : NaN;
  };
  const hidden = image.style.display === "none" || image.style.visibility === "hidden";
  return hidden || size("width") <= 2 || size("height") <= 2;
}

/** Empty paragraphs of Word that only hold a space, and its lists written as paragraphs. */
function tidyWord(body: HTMLElement): void {
  for (const element of [...body.querySelectorAll("*")]) {
    if (element.localName.includes(":")) element.replaceWith(...element.childNodes);
  }
  let list: HTMLElement | null = null;
  for (const line of [...body.querySelectorAll<HTMLElement>("p[class*=MsoListParagraph]")]) {
    const text = line.textContent ?? "";
    const kind = /^\s*\(?\w{1,3}[.)]/.test(text) ? "ol" : "ul";
    if (!list || line.previousElementSibling !== list || list.localName !== kind) {
      list = document.createElement(kind);
      line.before(list);
    }
    for (const mark of [...line.querySelectorAll<HTMLElement>("[style*='mso-list']")]) mark.remove();
    const item = document.createElement("li");
    item.append(...line.childNodes);
    list.append(item);
    line.remove();
  }
}

/** Clean pasted HTML; the editor's own scheme leaves out whatever a mail cannot hold. */
export function cleanPaste(html: string): string {
  const page = new DOMParser().parseFromString(html.replace(/<!--[\s\S]*?-->/g, ""), "text/html");
  for (const element of page.querySelectorAll(GONE)) element.remove();
  tidyWord(page.body);
  for (const image of page.querySelectorAll("img")) {
    if (isPixel(image) || !/^(?:https?|cid):/i.test(image.getAttribute("src") ?? "")) image.remove();
  }
  for (const link of page.querySelectorAll<HTMLAnchorElement>("a[href]")) {
    link.setAttribute("href", bare(link.getAttribute("href") ?? ""));
  }
  return page.body.innerHTML;
}
