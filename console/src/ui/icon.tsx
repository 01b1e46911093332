/** Drawn on 24 by 24, in the colour of the text around them. */
const PATHS = {
  home: "M4 11.5 12 4l8 7.5M6 10v10h12V10",
  table: "M4 5h16v14H4zM4 10h16M10 10v9",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
  plus: "M12 5v14M5 12h14",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6 6 18",
  up: "M12 19V5M6 11l6-6 6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  columns: "M4 5h16v14H4zM9.5 5v14M14.5 5v14",
  filter: "M4 5h16l-6 8v6l-4-2v-4z",
  book: "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4",
  bell: "M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21h4",
  bellOn: "M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21h4M9 13l2 2 4-4",
  smile:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5a4.5 4.5 0 0 0 7 0M9 9.5v.01M15 9.5v.01",
  dots: "M5 12.5h.01v-1H5zM12 12.5h.01v-1H12zM19 12.5h.01v-1H19z",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5a6.5 6.5 0 0 1 3.5 5.5",
  expand: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
  send: "M21 4 3 11l7 3 3 7zM10 14l4-4",
  shield: "M12 3l8 3v6c0 4.5-3.2 7.8-8 9-4.8-1.2-8-4.5-8-9V6z",
  mail: "M3 6h18v13H3zM3 7l9 7 9-7",
  diagram: "M3 4h7v5H3zM14 15h7v5h-7zM6.5 9v8.5H14",
  scales: "M12 4v16M8 20h8M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z",
  server: "M4 4h16v6H4zM4 14h16v6H4zM8 7h.01M8 17h.01",
  key: "M8 15a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 11h9M18 11v4",
  out: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  board: "M4 5h4.5v14H4zM10 5h4.5v9H10zM16 5h4v12h-4z",
  calendar: "M4 6h16v14H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8",
  gallery: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  bookmark: "M7 4h10v16l-5-4-5 4z",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  share: "M12 15V4M8 7.5 12 4l4 3.5M6 11v9h12v-9",
} as const;

/** A picture beside words that say the same: it is not read aloud. */
export function Icon(props: {
  readonly name: keyof typeof PATHS;
  readonly size?: number;
}) {
  const { name, size = 18 } = props;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
