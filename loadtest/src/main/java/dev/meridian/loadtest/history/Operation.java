package dev.meridian.loadtest.history;

/**
 * An action from its start to its end, on one clock for all clients.
 *
 * @param region whose node was asked
 * @param start in nanoseconds since the history began
 * @param end when the client knew what it ever will
 */
public record Operation(
    int client, String region, Action action, Outcome outcome, long start, long end) {}
