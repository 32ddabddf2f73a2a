// What a gate keeps on its device: the shows that it heard of, the lists that it downloaded, and check-ins that the server has
// not heard. IndexedDB, so that they outlive the page; a key-value store is all that is needed.
const kPlaces = ["lists", "waiting", "shows"] as const;
export type Place = (typeof kPlaces)[number];

const kVersion = 2; // 2 added the shows

let opened: Promise<IDBDatabase> | undefined;

function asPromise<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the device's store failed"));
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open("frontrow-gate", kVersion);
  request.onupgradeneeded = () => {
    const have = request.result.objectStoreNames;
    for (const place of kPlaces) if (!have.contains(place)) request.result.createObjectStore(place);
  };
  return asPromise(request).then((database) => {
    // A newer build in another tab must not wait for this one.
    database.onversionchange = () => {
      database.close();
      opened = undefined;
    };
    return database;
  });
}

function database(): Promise<IDBDatabase> {
  return (opened ??= open());
}

async function inPlace<T>(place: Place, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return asPromise(act((await database()).transaction(place, mode).objectStore(place)));
}

export function keep(place: Place, key: string, value: unknown): Promise<unknown> {
  return inPlace(place, "readwrite", (store) => store.put(value, key));
}
export function drop(place: Place, key: string): Promise<unknown> {
  return inPlace(place, "readwrite", (store) => store.delete(key));
}
export function find<T>(place: Place, key: string): Promise<T | undefined> {
  return inPlace<T | undefined>(place, "readonly", (store) => store.get(key) as IDBRequest<T | undefined>);
}
export function all<T>(place: Place): Promise<T[]> {
  return inPlace<T[]>(place, "readonly", (store) => store.getAll() as IDBRequest<T[]>);
}
