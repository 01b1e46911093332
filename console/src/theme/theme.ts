import { createTheme, type MantineColorsTuple } from "@mantine/core";

const sea: MantineColorsTuple = [
  "#e8f6f8",
  "#d6eaee",
  "#abd4dc",
  "#7cbdc9",
  "#56aab9",
  "#3e9eb0",
  "#2f98ac",
  "#1c7c8c",
  "#0f6f7f",
  "#00606f",
];

/** The tokens of the console. What is measured or coloured comes from here or from `tokens.css`. */
export const theme = createTheme({
  primaryColor: "sea",
  primaryShade: { light: 8, dark: 7 },
  colors: { sea },
  fontFamily:
    "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace:
    "ui-monospace, 'Cascadia Code', 'SF Mono', Menlo, Consolas, monospace",
  // Between things that are one.
  spacing: { "4xs": "0.125rem", "3xs": "0.25rem", "2xs": "0.375rem" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  // By their names alone: with the components themselves the first page would load every dialogue.
  components: {
    Button: { defaultProps: { size: "sm" } },
    // The page is held by `tokens.css`: what would do it here puts a style into the page, which the policy refuses.
    Modal: { defaultProps: { lockScroll: false } },
    Drawer: { defaultProps: { lockScroll: false } },
    // Its first item has the keyboard, and not a thing without a name before it.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // A `header` in a dialogue is taken for the banner of the page.
    ModalHeader: { defaultProps: { component: "div" } },
    DrawerHeader: { defaultProps: { component: "div" } },
  },
});
