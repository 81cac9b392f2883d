// The sandboxed frame of an HTML mail is as high as what it shows; nothing runs inside it.
class Frame extends HTMLElement {
  #watch: ResizeObserver | null = null;
  #width = 0;

  get frame(): HTMLIFrameElement | null {
    return this.querySelector("iframe");
  }

  connectedCallback(): void {
    const frame = this.frame;
    if (!frame) return;
    frame.addEventListener("load", () => this.#loaded());
    if (frame.contentDocument?.readyState === "complete") this.#loaded();
  }

  disconnectedCallback(): void {
    this.#watch?.disconnect();
  }

  #loaded(): void {
    const page = this.frame?.contentDocument;
    if (!page?.body) return;
    this.#watch?.disconnect();
    this.#width = 0;
    this.#watch = new ResizeObserver(() => this.#fit());
    this.#watch.observe(page.body);
    this.#watch.observe(page.documentElement);
    page.addEventListener("keydown", (event) => this.#handOn(event));
    this.#fit();
  }

  #fit(): void {
    const frame = this.frame;
    const page = frame?.contentDocument;
    if (!frame || !page?.body) return;
    this.#shrink(page, frame.clientWidth);
    const style = getComputedStyle(page.body);
    const margins = parseFloat(style.marginTop) + parseFloat(style.marginBottom);
    const high = Math.ceil(Math.max(page.body.getBoundingClientRect().height + margins, 24));
    const box = getComputedStyle(frame);
    const across = parseFloat(box.paddingLeft) + parseFloat(box.paddingRight);
    const bar = page.documentElement.scrollWidth > frame.clientWidth - across + 1 ? 16 : 0;
    const whole = high + bar + parseFloat(box.paddingTop) + parseFloat(box.paddingBottom);
    if (Math.abs(frame.clientHeight - whole) > 1) frame.style.blockSize = `${whole}px`;
  }

  /** A newsletter wider than the pane is made smaller, down to half, before it has to scroll. */
  #shrink(page: Document, width: number): void {
    if (width === this.#width || !width) return;
    this.#width = width;
    const body = page.body;
    body.style.setProperty("zoom", "1");
    const part = body.clientWidth / body.scrollWidth;
    if (part < 1) body.style.setProperty("zoom", String(Math.max(part, 0.5)));
  }

  /** Keys pressed while reading inside the frame still work the page. */
  #handOn(event: KeyboardEvent): void {
    const copy = new KeyboardEvent("keydown", {
      key: event.key, ctrlKey: event.ctrlKey, metaKey: event.metaKey,
      shiftKey: event.shiftKey, altKey: event.altKey, bubbles: true, cancelable: true,
    });
    if (!this.dispatchEvent(copy)) event.preventDefault();
  }

  reload(url: string): void {
    this.frame?.setAttribute("src", url);
  }
}

customElements.define("fio-frame", Frame);
export type { Frame };
