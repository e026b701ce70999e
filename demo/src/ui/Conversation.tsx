import { chat } from "../client/chat.ts";
import { connect, connection, retryNow } from "../client/connection.ts";
import { useStore } from "../client/store.ts";
import { Composer } from "./Composer.tsx";
import { Icon } from "./Icon.tsx";
import { MessageList } from "./MessageList.tsx";
import { formatRoundTrip, statusLabel, useSecondsUntil } from "./status.ts";

export function Conversation() {
  const room = useStore(chat, (state) => state.room);
  return (
    <main className="conversation">
      <Header room={room} />
      <Banner />
      <MessageList key={room} room={room} />
      <Typing />
      <Composer room={room} />
    </main>
  );
}

function Header({ room }: { room: string }) {
  const connected = useStore(connection, (state) => state.status.phase === "connected");
  const count = useStore(chat, (state) => state.members.length);
  return (
    <header className="header">
      <button className="icon-button narrow-only" popoverTarget="rooms" aria-label="Rooms and people">
        <Icon name="menu" />
      </button>
      <h1>
        <span className="hash" aria-hidden="true">
          #
        </span>
        {room}
      </h1>
      {connected && count > 0 && (
        <span className="header-count" title={`${count} here now`}>
          <Icon name="people" />
          {count}
          <span className="visually-hidden"> here now</span>
        </span>
      )}
      <ConnectionPill />
    </header>
  );
}

/** The connection at a glance; on narrow screens it opens the panel. */
function ConnectionPill() {
  const { status, transport, roundTrips } = useStore(connection, (state) => state);
  const latest = roundTrips.at(-1);
  const label = statusLabel(status);
  return (
    <>
      {/* Said when it changes; the countdown and the round trip, which change all the time, are not. */}
      <span className="visually-hidden" role="status">
        {label}
      </span>
      <button className={`pill narrow-only tone-${status.phase}`} popoverTarget="connection" aria-label={`Connection: ${label}`}>
        <span className="beacon" aria-hidden="true" />
        {status.phase === "connected" ? transport : label}
        {status.phase === "connected" && latest !== undefined && <span className="pill-figure">{formatRoundTrip(latest)} ms</span>}
      </button>
    </>
  );
}

/** What stands between the person and the server, and what to do about it. */
function Banner() {
  const status = useStore(connection, (state) => state.status);
  const waiting = useStore(chat, (state) => state.messages.filter(({ delivery }) => delivery === "pending").length);
  const error = useStore(chat, (state) => state.error);
  const kept = waiting === 0 ? "What you write is sent afterwards." : `${waiting} ${waiting === 1 ? "message waits" : "messages wait"}.`;

  switch (status.phase) {
    case "connected":
      return error === undefined ? null : (
        <p className="banner" role="alert">
          {error}
        </p>
      );
    case "connecting":
      return status.attempt === 0 ? null : <p className="banner">Reconnecting… {kept}</p>;
    case "reconnecting":
      return (
        <p className="banner">
          <span>
            Connection lost, <Countdown retryAt={status.retryAt} />. {kept}
          </span>
          <button className="link-button" onClick={retryNow}>
            Retry now
          </button>
        </p>
      );
    case "disconnected":
      return (
        <p className="banner">
          <span>
            {status.error === undefined ? "You are disconnected." : `The server refused: ${status.error}`} {kept}
          </span>
          <button className="link-button" onClick={connect}>
            Connect
          </button>
        </p>
      );
  }
}

function Countdown({ retryAt }: { retryAt: number }) {
  const seconds = useSecondsUntil(retryAt);
  return seconds > 0 ? `next attempt in ${seconds} s` : "trying now";
}

function Typing() {
  const names = useStore(chat, (state) => state.typing).map(({ name }) => name);
  return (
    <p className="typing" aria-live="polite">
      {names.length > 0 && (
        <>
          <span className="dots" aria-hidden="true" />
          {names.length < 3 ? names.join(" and ") : `${names.length} people`} {names.length === 1 ? "is" : "are"} typing
        </>
      )}
    </p>
  );
}
