// Speaks to screen readers: politely, or at once.
export function announce(text: string, urgency: "polite" | "assertive" = "polite"): void {
  const region = document.getElementById(urgency);
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
}
