import type { Page } from "@playwright/test";

/** How far things may move by themselves while a page comes: a fifth of what Web Vitals calls good would be 0.02. */
export const SHIFT_MAX = 0.05;

/** Adds up what moves by itself; runs before the scripts of the page. */
export function watchShifts(): void {
  const here = globalThis as typeof globalThis & { shifted?: number };
  here.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const shift = entry as PerformanceEntry & {
        readonly value: number;
        readonly hadRecentInput: boolean;
      };
      here.shifted =
        (here.shifted ?? 0) + (shift.hadRecentInput ? 0 : shift.value);
    }
  }).observe({ type: "layout-shift", buffered: true });
}

export async function shiftOf(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      (globalThis as typeof globalThis & { shifted?: number }).shifted ?? -1,
  );
}

/** What makes the page wider than the window. Tables scroll in a box of their own. */
export async function sidewaysOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const wide = [
      document.documentElement,
      ...document.querySelectorAll("main"),
    ];
    return wide
      .filter((box) => box.scrollWidth > box.clientWidth)
      .map(
        (box) =>
          `${box.localName} has ${box.scrollWidth} of ${box.clientWidth}`,
      );
  });
}

/** What can be pressed or filled in and lies over another such thing, or out of the window. */
export async function overlapsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const dialogues = [
      ...document.querySelectorAll('[role="dialog"], [role="menu"]'),
    ];
    const top = dialogues.at(-1) ?? document.body;
    const named = (one: Element) =>
      `${one.localName} “${(one.getAttribute("aria-label") ?? one.textContent ?? "").trim().slice(0, 40)}”`;
    const shown = [
      ...top.querySelectorAll<HTMLElement>(
        "a[href], button, input, select, textarea",
      ),
    ].filter(
      (one) =>
        one.checkVisibility({
          opacityProperty: true,
          visibilityProperty: true,
        }) &&
        one.getBoundingClientRect().width > 4 &&
        // Those that only the keyboard brings into sight.
        !one.matches('[tabindex="-1"]') &&
        getComputedStyle(one).position !== "absolute" &&
        one.closest('[aria-hidden="true"]') === null,
    );
    // What has been scrolled away inside a box is in nobody's way.
    const seen = shown.filter((one) => {
      const { left, right, top: above, bottom } = one.getBoundingClientRect();
      const hit = document.elementFromPoint(
        (left + right) / 2,
        (above + bottom) / 2,
      );
      return hit !== null && (one.contains(hit) || hit.contains(one));
    });
    const found: string[] = [];
    for (const [index, one] of seen.entries()) {
      const box = one.getBoundingClientRect();
      for (const other of seen.slice(index + 1)) {
        const {
          left,
          right,
          top: above,
          bottom,
        } = other.getBoundingClientRect();
        const width = Math.min(box.right, right) - Math.max(box.left, left);
        const height = Math.min(box.bottom, bottom) - Math.max(box.top, above);
        const within = one.contains(other) || other.contains(one);
        const labelled = one.closest("label")?.contains(other) === true;
        if (width > 1 && height > 1 && !within && !labelled) {
          found.push(`${named(one)} and ${named(other)}`);
        }
      }
    }
    return found;
  });
}

/** What looks the same with the keyboard on it as without. */
export async function focusUnseenOf(page: Page): Promise<readonly string[]> {
  // Only who moves with the keyboard is shown where it is.
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  return page.evaluate(async () => {
    const dialogues = [
      ...document.querySelectorAll('[role="dialog"], [role="menu"]'),
    ];
    const top = dialogues.at(-1) ?? document.body;
    /** What React does about it, and without the way from one colour to the next. */
    const settle = async () => {
      await Promise.resolve();
      document.body.getBoundingClientRect();
      for (const animation of document.getAnimations()) {
        if (animation.effect?.getComputedTiming().endTime !== Infinity) {
          animation.finish();
        }
      }
    };
    /** An input that is drawn by what stands beside it is shown there. */
    const look = (one: Element) =>
      [
        one,
        one.parentElement,
        one.nextElementSibling,
        one.parentElement?.nextElementSibling,
      ]
        .map((part) => {
          if (!part) {
            return "";
          }
          const style = getComputedStyle(part);
          const outline = `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`;
          return `${outline} ${style.boxShadow} ${style.borderColor} ${style.backgroundColor}`;
        })
        .join("\n");
    const stops = [
      ...top.querySelectorAll<HTMLElement>(
        "a[href], button, input, select, textarea, [tabindex]",
      ),
    ].filter((one) => one.tabIndex >= 0 && one.checkVisibility());
    // Those of a kind look the same.
    const kinds = new Map(
      stops.map((one) => [`${one.localName} ${one.className}`, one]),
    );
    const unseen: string[] = [];
    for (const one of kinds.values()) {
      // Some dialogues give their only input the keyboard back at once: there is nothing else to tell it from.
      one.blur();
      stops.find((other) => other !== one)?.focus({ preventScroll: true });
      await settle();
      if (document.activeElement === one) {
        continue;
      }
      const without = look(one);
      one.focus({ preventScroll: true });
      await settle();
      if (document.activeElement === one && look(one) === without) {
        unseen.push(one.outerHTML.slice(0, 160));
      }
    }
    return unseen;
  });
}
