// What is wrong with how a page looks: a list of sentences, empty for a good page. Arguments: the least height of a
// target in pixels.
const [target] = arguments;
const faults = [];
const told = (element) => `${element.tagName.toLowerCase()}.${element.className}: ${element.textContent.trim().slice(0, 40)}`;
const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;

const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > width) faults.push(`the page is wider than the screen`);

// A colour as red, green, blue and opacity between 0 and 1.
const colour = (text) => {
  const [red, green, blue, opacity = 1] = text.match(/[\d.]+/g).map(Number);
  return { parts: [red, green, blue].map((part) => part / 255), opacity };
};
// WCAG 2.2, definition of relative luminance and of contrast ratio.
const luminance = ({ parts }) => {
  const linear = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const behind = (element) => {
  for (let each = element; each; each = each.parentElement) {
    const back = colour(getComputedStyle(each).backgroundColor);
    if (back.opacity === 1) return back;
  }
  return colour("rgb(255, 255, 255)");
};

for (const element of document.querySelectorAll("body *")) {
  if (!shown(element) || element.closest(".unseen, .skip, svg, datalist, select, script, noscript, .scroll")) continue;
  const box = element.getBoundingClientRect();
  if (box.right > width + 1 || box.left < -1) faults.push(`out of the screen: ${told(element)}`);
  const style = getComputedStyle(element);
  const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
  if (text && element.scrollWidth > element.clientWidth + 1 && style.display !== "inline") {
    faults.push(`its text is wider than it: ${told(element)}`);
  }
  if (text && !element.matches(":disabled")) {
    const lights = [luminance(colour(style.color)), luminance(behind(element))];
    const contrast = (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (contrast < least) faults.push(`contrast ${contrast.toFixed(2)}: ${told(element)}`);
  }
  if (element.matches("button, .button, input, select, summary, nav a, .services a, .foot a") && box.height < target - 0.5) {
    faults.push(`only ${box.height} high: ${told(element)}`);
  }
}
return faults;
