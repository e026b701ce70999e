import { connect, connection, disconnect, drop, retryNow, type Status } from "../client/connection.ts";
import { useStore } from "../client/store.ts";
import { Icon } from "./Icon.tsx";
import { Sparkline } from "./Sparkline.tsx";
import { formatRoundTrip, statusLabel, useSecondsUntil } from "./status.ts";

export function ConnectionPanel() {
  const status = useStore(connection, (state) => state.status);
  return (
    <>
      <h2 className="panel-title">Connection</h2>
      <section className={`card status-card tone-${status.phase}`} aria-label="State">
        <div className="status-line">
          <span className="beacon" aria-hidden="true" />
          <strong>{statusLabel(status)}</strong>
        </div>
        <StatusDetail status={status} />
      </section>
      <div className="controls">
        {status.phase === "reconnecting" ? (
          <button className="button button-primary" onClick={retryNow}>
            Retry now
          </button>
        ) : (
          <button className="button" onClick={drop} title="Close the connection, as a lost network would" disabled={status.phase !== "connected"}>
            <Icon name="unplug" />
            Drop
          </button>
        )}
        {status.phase === "disconnected" ? (
          <button className="button button-primary" onClick={connect}>
            <Icon name="power" />
            Connect
          </button>
        ) : (
          <button className="button" onClick={disconnect}>
            <Icon name="power" />
            Disconnect
          </button>
        )}
      </div>
      <Transport />
      <RoundTrip />
      <Log />
    </>
  );
}

function StatusDetail({ status }: { status: Status }) {
  switch (status.phase) {
    case "connected":
      return (
        <p>
          {status.recovered ? "Recovered session" : "New session"} <code title="Socket id">{status.id}</code>
        </p>
      );
    case "connecting":
      return <p>Opening a session with the server.</p>;
    case "reconnecting":
      return <Waiting attempt={status.attempt + 1} retryAt={status.retryAt} />;
    case "disconnected":
      return <p>{status.error ?? "Messages wait until you connect."}</p>;
  }
}

function Waiting({ attempt, retryAt }: { attempt: number; retryAt: number }) {
  const seconds = useSecondsUntil(retryAt);
  return (
    <p role="timer">
      Attempt {attempt} {seconds > 0 ? `in ${seconds} s` : "now"}
    </p>
  );
}

function Transport() {
  const transport = useStore(connection, (state) => state.transport);
  const upgraded = useStore(connection, (state) => state.upgraded);
  return (
    <section className="card" aria-labelledby="transport-title">
      <h3 id="transport-title">Transport</h3>
      <p className="visually-hidden">
        {transport ?? "none"}
        {upgraded && ", upgraded from polling"}
      </p>
      <div className={`track ${upgraded ? "track-upgraded" : ""}`} aria-hidden="true">
        <span className={`stop ${transport === "polling" ? "stop-active" : ""} ${upgraded ? "stop-passed" : ""}`}>polling</span>
        <span className="rail" />
        <span className={`stop ${transport === "websocket" ? "stop-active" : ""}`}>websocket</span>
      </div>
    </section>
  );
}

function RoundTrip() {
  const roundTrips = useStore(connection, (state) => state.roundTrips);
  const connected = useStore(connection, (state) => state.status.phase === "connected");
  const latest = roundTrips.at(-1);
  return (
    <section className="card" aria-labelledby="round-trip-title">
      <h3 id="round-trip-title">Round trip</h3>
      <div className="round-trip">
        <p className="figure">
          {connected && latest !== undefined ? (
            <>
              {formatRoundTrip(latest)} <span>ms</span>
            </>
          ) : (
            "–"
          )}
        </p>
        <Sparkline values={roundTrips} />
      </div>
    </section>
  );
}

function Log() {
  const log = useStore(connection, (state) => state.log);
  return (
    <section className="section section-grow" aria-labelledby="log-title">
      <h3 id="log-title">What happened</h3>
      <ol className="log" tabIndex={0} aria-labelledby="log-title">
        {log.map((entry) => (
          <li key={entry.id} className={`log-${entry.tone}`}>
            <time>{TIME.format(entry.at)}</time>
            <span>{entry.text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
