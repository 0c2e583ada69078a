package dev.meridian.controlplane.store;

/** A row of a table. */
public record Row<K, V>(K key, V value) {}
