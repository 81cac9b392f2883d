// Where one is stays in sight, in a bar or a row of pages that is longer than its place.
import { all } from "./dom";

for (const here of all(".settings-nav [aria-current], #side [aria-current]")) {
  here.scrollIntoView({ block: "nearest", inline: "center" });
}
