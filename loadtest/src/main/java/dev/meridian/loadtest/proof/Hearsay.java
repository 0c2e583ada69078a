package dev.meridian.loadtest.proof;

import dev.meridian.model.Digest;
import dev.meridian.model.TagName;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What clients tell each other of what they wrote and saw, so that they meet at the same manifests;
 * it may be out of date. Shared by all clients.
 */
final class Hearsay {

  private static final int RECENT = 64;

  private final Map<TagName, Digest> tags = new ConcurrentHashMap<>();
  private final AtomicReferenceArray<Digest> recent = new AtomicReferenceArray<>(RECENT);
  private final AtomicInteger told = new AtomicInteger();

  /** A tag was pointed to a manifest or seen to name it. */
  void names(TagName tag, Digest manifest) {
    if (!manifest.equals(tags.put(tag, manifest))) {
      recent.set(Math.floorMod(told.getAndIncrement(), RECENT), manifest);
    }
  }

  /** What the tag named last. */
  Optional<Digest> manifestOf(TagName tag) {
    return Optional.ofNullable(tags.get(tag));
  }

  /** One of the manifests that tags named lately. */
  Optional<Digest> recent(Random random) {
    return Optional.ofNullable(recent.get(random.nextInt(RECENT)));
  }
}
