// What is pasted keeps its sense and loses what follows people: pixels, trails in addresses, scripts,
// and the scaffolding of word processors.
const TRAILS = /^(?:utm_\w+|gclid|gbraid|wbraid|dclid|fbclid|msclkid|twclid|ttclid|yclid|igshid|mc_[ce]id|_hsenc|_hsmi|hsctatracking|mkt_tok|vero_(?:id|conv)|oly_(?:anon|enc)_id|s_cid|ck_subscriber_id|wickedid)$/i;
const GONE = "script,style,title,meta,link,base,template,iframe,object,embed,form,input,button,select,textarea,xml,svg,math,audio,video,canvas";

// Programs that put themselves before an address, and where in theirs the address stands
const DETOURS: [host: RegExp, path: RegExp, names: string[]][] = [
  [/^www\.google\.[a-z.]{2,6}$/, /^\/url$/, ["q", "url"]],
  [/\.safelinks\.protection\.outlook\.com$/, /^\//, ["url"]],
  [/^lm?\.(?:facebook|instagram)\.com$/, /^\//, ["u"]],
  [/^www\.linkedin\.com$/, /^\/(?:redir\/redirect|safety\/go)$/, ["url"]],
];

function direct(url: URL): URL {
  const [, , names = []] = DETOURS.find(([host, path]) => host.test(url.hostname) && path.test(url.pathname)) ?? [];
  const meant = names.map((name) => url.searchParams.get(name)).find((each) => /^https?:\/\//i.test(each ?? ""));
  return meant && URL.canParse(meant) ? new URL(meant) : url;
}

/** The address without what tells who followed it, and without the way by way of others. */
export function bare(address: string): string {
  let url: URL;
  try {
    url = direct(new URL(address));
    if (url.href !== new URL(address).href) address = url.href;
  } catch {
    return address;
  }
  if (!/^https?:$/.test(url.protocol) || !url.search) return address;
  const names = [...url.searchParams.keys()].filter((name) => TRAILS.test(name));
  if (names.length === 0) return address;
  for (const name of names) url.searchParams.delete(name);
  return url.href;
}

/** Our own policy keeps styles from taking effect in a page that is only parsed: they are read as words. */
const kept = (html: string): string =>
  html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/i, " data-style="));

function isPixel(image: HTMLImageElement): boolean {
  const style = image.dataset["style"] ?? "";
  const size = (name: "width" | "height"): number => {
    const said = image.getAttribute(name) || new RegExp(`(?:^|[;\\s])(?:max-)?${name}\\s*:\\s*([\\d.]+)(?:px)?\\s*(?:;|!|$)`, "i").exec(style)?.[1];
    return said ? parseFloat(said) : NaN;
  };
  const hidden = /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$))/i.test(style);
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
    for (const mark of [...line.querySelectorAll<HTMLElement>("[data-style*='mso-list']")]) mark.remove();
    const item = document.createElement("li");
    item.append(...line.childNodes);
    list.append(item);
    line.remove();
  }
}

/** Clean pasted HTML; the editor's own scheme leaves out whatever a mail cannot hold. */
export function cleanPaste(html: string): string {
  const page = new DOMParser().parseFromString(kept(html.replace(/<!--[\s\S]*?-->/g, "")), "text/html");
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
