// Codes from the camera.
import { useEffect, useRef, useState } from "preact/hooks";
import { makeReader, type Reader } from "./reader";
import { t } from "./gate.words";

const kEachMs = 150;
const kAgainMs = 3_000; // a code that was out of sight for so long is taken again

type Trouble = "denied" | "no_reader";
const kTroubles: Record<Trouble, () => string> = {
  denied: () => t("gate.camera_denied"),
  no_reader: () => t("gate.camera_no_reader"),
};

interface Watch {
  onCode: (code: string) => void;
  onTrouble: (trouble: Trouble) => void;
  /** While it holds, nothing is read: the ticket before is still being asked about. */
  isBusy: () => boolean;
}

function stop(stream: MediaStream | undefined): void {
  stream?.getTracks().forEach((track) => track.stop());
}

/** Gives each code once, however many pictures show it. */
function readOn(video: HTMLVideoElement, reader: Reader, watch: Watch, isOver: () => boolean): void {
  let last = { code: "", at: 0 };
  const look = async (): Promise<void> => {
    if (isOver()) return;
    if (watch.isBusy()) last.at = performance.now(); // what is being asked about is not out of sight
    const code = video.readyState >= 2 && !watch.isBusy() ? await reader.read(video) : "";
    const now = performance.now();
    if (code && !isOver() && (code !== last.code || now - last.at > kAgainMs)) watch.onCode(code);
    if (code) last = { code, at: now };
    setTimeout(() => void look(), kEachMs);
  };
  void look();
}

/** Shows the camera and gives codes until the returned function is called. */
function begin(video: HTMLVideoElement, watch: Watch): () => void {
  let stream: MediaStream | undefined;
  let isOver = false;
  const start = async (): Promise<void> => {
    const reader = makeReader();
    reader.catch(() => undefined); // looked at below, once there is a picture
    const got = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => undefined);
    if (isOver) return stop(got);
    if (!got) return watch.onTrouble("denied");
    stream = got;
    video.srcObject = got;
    await video.play().catch(() => undefined); // taken away meanwhile
    const ready = await reader.catch(() => undefined);
    if (isOver) return;
    if (ready) readOn(video, ready, watch, () => isOver);
    else watch.onTrouble("no_reader");
  };
  void start();
  return () => {
    isOver = true;
    stop(stream);
  };
}

export function Camera({ onCode, isBusy }: { onCode: (code: string) => void; isBusy: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  const now = useRef({ onCode, isBusy });
  now.current = { onCode, isBusy };
  const [isOn, setOn] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | undefined>(undefined);
  useEffect(() => {
    if (!isOn || !video.current) return;
    return begin(video.current, {
      onCode: (code) => now.current.onCode(code),
      onTrouble: (what) => {
        setTrouble(what);
        setOn(false);
      },
      isBusy: () => now.current.isBusy,
    });
  }, [isOn]);
  if (!navigator.mediaDevices) return <p class="small soft">{t("gate.no_camera")}</p>;
  const turn = (): void => {
    setTrouble(undefined);
    setOn(!isOn);
  };
  return (
    <div class="stack">
      <p>
        <button type="button" class="button" aria-pressed={isOn} onClick={turn}>
          {isOn ? t("gate.camera_off") : t("gate.camera")}
        </button>
      </p>
      {trouble && (
        <p class="note warn" role="alert">
          {kTroubles[trouble]()}
        </p>
      )}
      {isOn && <video ref={video} class="camera" muted playsInline aria-label={t("gate.camera_view")} />}
    </div>
  );
}
