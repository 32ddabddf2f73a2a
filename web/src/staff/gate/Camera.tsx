// Codes from the camera, where the browser reads them (BarcodeDetector).
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "./gate.words";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorType = new (options: { formats: string[] }) => Detector;

const kEachMs = 150;
const kAgainMs = 3_000; // the same code is taken again after so long

function detectorType(): DetectorType | undefined {
  return (globalThis as { BarcodeDetector?: DetectorType }).BarcodeDetector;
}

/** Shows the camera and gives codes until the returned function is called. */
function watch(video: HTMLVideoElement, Type: DetectorType, onCode: (code: string) => void, onDenied: () => void): () => void {
  const detector = new Type({ formats: ["qr_code"] });
  let stream: MediaStream | undefined;
  let isOver = false;
  let last = { code: "", at: 0 };
  const look = async (): Promise<void> => {
    if (isOver) return;
    const found = video.readyState >= 2 ? await detector.detect(video).catch(() => []) : [];
    const code = found[0]?.rawValue ?? "";
    const now = performance.now();
    if (code && (code !== last.code || now - last.at > kAgainMs)) onCode(code);
    if (code) last = { code, at: now };
    setTimeout(() => void look(), kEachMs);
  };
  navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(async (got) => {
    stream = got;
    if (isOver) return got.getTracks().forEach((track) => track.stop());
    video.srcObject = got;
    await video.play();
    void look();
  }, onDenied);
  return () => {
    isOver = true;
    stream?.getTracks().forEach((track) => track.stop());
  };
}

export function Camera({ onCode }: { onCode: (code: string) => void }) {
  const Type = detectorType();
  const video = useRef<HTMLVideoElement>(null);
  const take = useRef(onCode);
  take.current = onCode;
  const [isOn, setOn] = useState(false);
  const [isDenied, setDenied] = useState(false);
  useEffect(() => {
    if (!isOn || !video.current || !Type) return;
    return watch(video.current, Type, (code) => take.current(code), () => {
      setDenied(true);
      setOn(false);
    });
  }, [isOn]);
  if (!Type || !navigator.mediaDevices) return <p class="small soft">{t("gate.no_camera")}</p>;
  return (
    <div class="stack">
      <p>
        <button type="button" class="button" aria-pressed={isOn} onClick={() => setOn(!isOn)}>
          {isOn ? t("gate.camera_off") : t("gate.camera")}
        </button>
      </p>
      {isDenied && (
        <p class="note warn" role="alert">
          {t("gate.camera_denied")}
        </p>
      )}
      {isOn && <video ref={video} class="camera" muted playsInline aria-label={t("gate.camera_view")} />}
    </div>
  );
}
