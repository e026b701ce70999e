import { useEffect, useRef, useState, type ClipboardEvent, type DragEvent, type FormEvent, type KeyboardEvent } from "react";

import { IMAGE_MAX, IMAGE_TYPES, TEXT_MAX } from "../../shared/limits.mjs";
import { sayTyping, sendMessage } from "../client/chat.ts";
import { formatBytes, refuseImage } from "../client/images.ts";
import { Icon } from "./Icon.tsx";

/** While a person types it is said this often (ms); after as long without a key, that they stopped. */
const TYPING_INTERVAL = 2_000;

export function Composer({ room }: { room: string }) {
  const [text, setText] = useState("");
  const [image, setImage] = useState<File>();
  const [refusal, setRefusal] = useState<string>();
  const [dragging, setDragging] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const typing = useTypingNotice(room);
  const empty = text.trim() === "" && !image;

  const choose = (file: File | undefined) => {
    if (!file) return;
    const reason = refuseImage(file);
    setRefusal(reason);
    if (reason === undefined) setImage(file);
  };

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (empty) return;
    void sendMessage(text.trim(), image);
    typing.stop();
    setText("");
    setImage(undefined);
    setRefusal(undefined);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter is its key.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  const onPaste = (event: ClipboardEvent) => {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    choose(file);
  };

  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setDragging(false);
    choose(event.dataTransfer.files[0]);
  };

  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setDragging(true);
  };

  return (
    <form className={`composer ${dragging ? "composer-dragging" : ""}`} onSubmit={submit} onDrop={onDrop} onDragOver={onDragOver} onDragLeave={() => setDragging(false)}>
      {refusal !== undefined && (
        <p className="refusal" role="alert">
          {refusal}
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => setRefusal(undefined)}>
            <Icon name="close" />
          </button>
        </p>
      )}
      {image && <Preview file={image} onRemove={() => setImage(undefined)} />}
      <div className="composer-row">
        <button
          type="button"
          className="icon-button"
          aria-label={`Attach an image, up to ${formatBytes(IMAGE_MAX)}`}
          title={`Attach an image, up to ${formatBytes(IMAGE_MAX)}`}
          onClick={() => picker.current?.click()}
        >
          <Icon name="image" />
        </button>
        <input
          ref={picker}
          type="file"
          hidden
          aria-label="Image"
          accept={IMAGE_TYPES.join()}
          onChange={(event) => {
            choose(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        <label className="visually-hidden" htmlFor="message">
          Message to {room}
        </label>
        <textarea
          id="message"
          rows={1}
          maxLength={TEXT_MAX}
          placeholder={`Message #${room}`}
          enterKeyHint="send"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            typing.note(event.target.value !== "");
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <button className="send" aria-label="Send" disabled={empty}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

function Preview({ file, onRemove }: { file: File; onRemove: () => void }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);

  return (
    <div className="preview">
      {url !== undefined && <img src={url} alt="" />}
      <span className="preview-name">{file.name}</span>
      <span className="hint">{formatBytes(file.size)}</span>
      <button type="button" className="icon-button" aria-label={`Remove ${file.name}`} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </div>
  );
}

/** Says now and then that the person types, and once that they stopped. */
function useTypingNotice(room: string) {
  const state = useRef<{ saidAt: number; timer?: ReturnType<typeof setTimeout> }>({ saidAt: -Infinity });

  const stop = () => {
    clearTimeout(state.current.timer);
    if (state.current.saidAt === -Infinity) return;
    state.current = { saidAt: -Infinity };
    sayTyping(false);
  };

  const note = (typing: boolean) => {
    if (!typing) return stop();
    clearTimeout(state.current.timer);
    state.current.timer = setTimeout(stop, TYPING_INTERVAL);
    if (performance.now() - state.current.saidAt < TYPING_INTERVAL) return;
    state.current.saidAt = performance.now();
    sayTyping(true);
  };

  // The other room was not told, and in the old one it expires.
  useEffect(
    () => () => {
      clearTimeout(state.current.timer);
      state.current = { saidAt: -Infinity };
    },
    [room],
  );
  return { note, stop };
}
