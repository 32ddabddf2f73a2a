// What a gate keeps on its device: the lists that it downloaded, and check-ins that the server has not heard. IndexedDB, so that
// both outlive the page; a key-value store is all that is needed.
export type Place = "lists" | "waiting";

let opened: Promise<IDBDatabase> | undefined;

function asPromise<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the device's store failed"));
  });
}

function database(): Promise<IDBDatabase> {
  const request = indexedDB.open("frontrow-gate", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("lists");
    request.result.createObjectStore("waiting");
  };
  return (opened ??= asPromise(request));
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
