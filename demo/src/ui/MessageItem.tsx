import { useState } from "react";

import { resendMessage, type ShownImage, type ShownMessage } from "../client/chat.ts";
import { Avatar, hue } from "./Avatar.tsx";
import { Icon } from "./Icon.tsx";

interface MessageItemProps {
  message: ShownMessage;
  own: boolean;
  /** Whether it stands below another one of the same author. */
  follows: boolean;
}

export function MessageItem({ message, own, follows }: MessageItemProps) {
  const { author, text, image, at, delivery } = message;
  return (
    <li className={`message ${own ? "message-own" : ""} ${follows ? "message-follows" : ""} message-${delivery}`}>
      {!own && (follows ? <span className="avatar-space" /> : <Avatar user={author} />)}
      <div className="bubble">
        <span className={own || follows ? "visually-hidden" : "author"} style={{ "--hue": hue(author.id) } as React.CSSProperties}>
          {author.name}
        </span>
        {image && <Picture image={image} />}
        {text !== "" && <p className="text">{text}</p>}
        <span className="meta">
          <time dateTime={new Date(at).toISOString()}>{TIME.format(at)}</time>
          {own && <Delivery delivery={delivery} />}
        </span>
      </div>
      {delivery === "failed" && (
        <p className="failure">
          Not delivered: {message.error}{" "}
          <button className="link-button" onClick={() => void resendMessage(message)}>
            Send again
          </button>
        </p>
      )}
    </li>
  );
}

function Picture({ image }: { image: ShownImage }) {
  const [broken, setBroken] = useState(false);
  if (broken) return <p className="text">“{image.name}” cannot be shown.</p>;
  return (
    <a className="picture" href={image.url} target="_blank" rel="noreferrer">
      <img src={image.url} alt={image.name} onError={() => setBroken(true)} />
    </a>
  );
}

function Delivery({ delivery }: { delivery: ShownMessage["delivery"] }) {
  const [icon, label] = DELIVERIES[delivery];
  return (
    <span className="delivery" role="img" aria-label={label} title={label}>
      <Icon name={icon} />
    </span>
  );
}

const DELIVERIES = {
  pending: ["clock", "Waiting to be delivered"],
  delivered: ["delivered", "Delivered"],
  failed: ["failed", "Not delivered"],
} as const;

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
