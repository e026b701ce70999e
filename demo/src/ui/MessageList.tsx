import { useEffect, useMemo, useRef, useState } from "react";

import { chat } from "../client/chat.ts";
import { identity } from "../client/identity.ts";
import { useStore } from "../client/store.ts";
import { Icon } from "./Icon.tsx";
import { MessageItem } from "./MessageItem.tsx";

/** Messages of one author within this time (ms) stand together. */
const GROUP_SPAN = 5 * 60_000;
/** From this many px above the bottom, a button leads back. */
const SCROLLED_UP = 120;

/** The newest message is at the bottom and stays in view, unless the person has scrolled up. */
export function MessageList({ room }: { room: string }) {
  const all = useStore(chat, (state) => state.messages);
  const joined = useStore(chat, (state) => state.joined);
  const me = useStore(identity, (state) => state.id);
  const messages = useMemo(() => all.filter((message) => message.room === room), [all, room]);
  const scroller = useRef<HTMLDivElement>(null);
  const [scrolledUp, setScrolledUp] = useState(false);

  // The content is laid out from the bottom, so 0 is the bottom.
  const toBottom = () => scroller.current?.scrollTo({ top: 0 });
  const ownPending = messages.filter(({ delivery }) => delivery === "pending").length;
  useEffect(() => {
    if (ownPending > 0) toBottom();
  }, [ownPending]);

  return (
    <div className="messages">
      <div
        ref={scroller}
        className="scroller"
        tabIndex={0}
        role="log"
        aria-label={`Messages in ${room}`}
        onScroll={(event) => setScrolledUp(event.currentTarget.scrollTop < -SCROLLED_UP)}
      >
        {messages.length === 0 ? (
          <div className="empty">
            <span aria-hidden="true">#</span>
            <p>{joined ? `Nothing has been said in ${room} yet.` : "Messages appear once you are connected."}</p>
            {joined && <p className="hint">Open this page in a second tab and talk to yourself.</p>}
          </div>
        ) : (
          <ol>
            {messages.map((message, index) => {
              const previous = messages[index - 1];
              const follows = previous?.author.id === message.author.id && message.at - previous.at < GROUP_SPAN;
              return <MessageItem key={message.id} message={message} own={message.author.id === me} follows={follows} />;
            })}
          </ol>
        )}
      </div>
      {scrolledUp && (
        <button className="to-bottom button" onClick={toBottom}>
          <Icon name="down" />
          Latest
        </button>
      )}
    </div>
  );
}
