package dev.meridian.loadtest.site;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the command line says of the work; what is empty is the scenario's to choose.
 *
 * @param sizes sizes of layers
 * @param count how many tags, repositories, referrers or clients of a herd
 * @param byDigest whether manifests are read by digest instead of by tag
 */
public record ScenarioSettings(
    long seed, Optional<LayerSizes> sizes, OptionalInt count, boolean byDigest) {}
