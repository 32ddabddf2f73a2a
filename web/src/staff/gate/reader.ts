// Reads QR codes out of a camera's picture: with the browser's own detector where it has one, which works outside the
// page's thread, else with a decoder that is loaded when the camera is first used (Firefox and Safari have none).
export interface Reader {
  /** The code in the picture, empty for none. */
  read: (video: HTMLVideoElement) => Promise<string>;
}

interface Detector {
  detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]>;
}
interface DetectorType {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats: () => Promise<string[]>;
}

const kFormat = "qr_code";
const kLongestSide = 640; // of the picture that is decoded; a code held to a camera is large

async function ownReader(): Promise<Reader | undefined> {
  const Type = (globalThis as { BarcodeDetector?: DetectorType }).BarcodeDetector;
  const formats = (await Type?.getSupportedFormats().catch(() => [])) ?? [];
  if (!Type || !formats.includes(kFormat)) return undefined;
  const detector = new Type({ formats: [kFormat] });
  return { read: async (video) => (await detector.detect(video).catch(() => []))[0]?.rawValue ?? "" };
}

async function loadedReader(): Promise<Reader> {
  const { decodeQR } = await import("qr/decode.js");
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  return {
    read: async (video) => {
      const scale = Math.min(1, kLongestSide / Math.max(video.videoWidth, video.videoHeight));
      const width = Math.round(video.videoWidth * scale);
      const height = Math.round(video.videoHeight * scale);
      Object.assign(context.canvas, { width, height });
      context.drawImage(video, 0, 0, width, height);
      try {
        return decodeQR(context.getImageData(0, 0, width, height));
      } catch {
        return ""; // no code, or not a whole one
      }
    },
  };
}

/** Fails where the decoder is needed and cannot be loaded. */
export async function makeReader(): Promise<Reader> {
  return (await ownReader()) ?? loadedReader();
}
