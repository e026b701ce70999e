const PATHS = {
  send: "M4.5 12 3 4.5 21 12 3 19.5 4.5 12Zm0 0H12",
  image: "M4 5h16v14H4zM4 16l4.5-4.500L13 16l3-3 4 4M15.5 9.500h.01",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h10",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20c0-3.3 2.7-5.5 6-5.500s6 2.2 6 5.500M16 4.500a3.5 3.5 0 0 1 0 6.300M18 15c2 .8 3 2.6 3 5",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3 2",
  delivered: "M2.5 12.500l4 4 8-9M11 15l1.5 1.5 9-9",
  failed: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.500v5.500M12 16.500h.01",
  plus: "M12 5v14M5 12h14",
  edit: "M4 20l1-4L16.5 4.500l3 3L8 19l-4 1ZM14 7l3 3",
  unplug: "M8 3v4M13 3v4M5.5 7h10v3a5 5 0 0 1-10 0V7ZM10.5 15v6M17 15l4 4M21 15l-4 4",
  power: "M12 3v8M6.5 6.500a8 8 0 1 0 11 0",
  down: "M12 5v14M6 13l6 6 6-6",
  arrow: "M5 12h14M13 6l6 6-6 6",
} as const;

/** A line icon, as high as the text around it. It says nothing to a screen reader: the control it stands in has the label. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
