import { useState, type FormEvent } from "react";

import { NAME_MAX, ROOM_MAX, isRoomName } from "../../shared/limits.mjs";
import { chat, enterRoom, rename } from "../client/chat.ts";
import { connection } from "../client/connection.ts";
import { identity } from "../client/identity.ts";
import { useStore } from "../client/store.ts";
import { Avatar } from "./Avatar.tsx";
import { Icon } from "./Icon.tsx";
import { ThemeToggle } from "./ThemeToggle.tsx";

export function Sidebar() {
  return (
    <>
      <div className="brand">
        <img src="/icon.svg" width="36" height="36" alt="" />
        <div>
          <strong>Ferrio</strong>
          <span>Socket.IO from Rust</span>
        </div>
      </div>
      <RoomList />
      <MemberList />
      <Profile />
    </>
  );
}

function RoomList() {
  const rooms = useStore(chat, (state) => state.rooms);
  const present = useStore(chat, (state) => state.room);
  // A room that is being made is not in the server's list yet.
  const names = rooms.some(({ name }) => name === present) ? rooms : [...rooms, { name: present, members: 0 }];

  return (
    <nav className="section" aria-labelledby="rooms-title">
      <h2 id="rooms-title">Rooms</h2>
      <ul className="rooms">
        {names.map(({ name, members }) => (
          <li key={name}>
            <a href={`#${name}`} aria-current={name === present ? "page" : undefined}>
              <span className="hash" aria-hidden="true">
                #
              </span>
              <span className="room-name">{name}</span>
              {members > 0 && (
                <span className="count" title={`${members} here now`}>
                  {members}
                  <span className="visually-hidden"> here now</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
      <NewRoom />
    </nav>
  );
}

function NewRoom() {
  const [name, setName] = useState("");
  const room = name.trim().toLowerCase().replace(/\s+/g, "-");
  const wrong = room !== "" && !isRoomName(room);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (room === "" || wrong) return;
    enterRoom(room);
    setName("");
  };

  return (
    <form className="inline-form" onSubmit={submit}>
      <label className="visually-hidden" htmlFor="new-room">
        New room
      </label>
      <input
        id="new-room"
        placeholder="New room"
        autoComplete="off"
        maxLength={ROOM_MAX}
        value={name}
        aria-invalid={wrong}
        aria-describedby={wrong ? "new-room-error" : undefined}
        onChange={(event) => setName(event.target.value)}
      />
      <button className="icon-button" aria-label="Open the room" disabled={room === "" || wrong}>
        <Icon name="plus" />
      </button>
      {wrong && (
        <p id="new-room-error" className="field-error">
          Letters, digits and single dashes only.
        </p>
      )}
    </form>
  );
}

function MemberList() {
  const members = useStore(chat, (state) => state.members);
  const typing = useStore(chat, (state) => state.typing);
  const me = useStore(identity, (state) => state.id);
  const connected = useStore(connection, (state) => state.status.phase === "connected");

  return (
    <section className={`section section-grow ${connected ? "" : "stale"}`} aria-labelledby="members-title">
      <h2 id="members-title">{connected ? "Here now" : "Last seen here"}</h2>
      {members.length === 0 && <p className="hint">Shown when connected.</p>}
      <ul className="members">
        {members.map((user) => (
          <li key={user.id}>
            <Avatar user={user} />
            <span className="member-name">{user.name}</span>
            {user.id === me && <span className="you">you</span>}
            {typing.some(({ id }) => id === user.id) && <span className="dots" role="img" aria-label="typing" />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Profile() {
  const user = useStore(identity, (state) => state);
  const [draft, setDraft] = useState<string>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const name = draft?.replace(/\s+/g, " ").trim();
    if (name && name !== user.name) void rename(name);
    setDraft(undefined);
  };

  if (draft !== undefined) {
    return (
      <form className="profile inline-form" onSubmit={submit} onKeyDown={(event) => event.key === "Escape" && setDraft(undefined)}>
        <label className="visually-hidden" htmlFor="name">
          Your name
        </label>
        <input id="name" autoFocus autoComplete="off" maxLength={NAME_MAX} value={draft} onChange={(event) => setDraft(event.target.value)} />
        <button className="button button-primary">Save</button>
      </form>
    );
  }
  return (
    <div className="profile">
      <Avatar user={user} />
      <span className="member-name">{user.name}</span>
      <button className="icon-button" aria-label="Change your name" title="Change your name" onClick={() => setDraft(user.name)}>
        <Icon name="edit" />
      </button>
      <ThemeToggle />
    </div>
  );
}
