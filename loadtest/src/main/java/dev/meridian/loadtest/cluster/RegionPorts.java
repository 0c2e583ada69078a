package dev.meridian.loadtest.cluster;

/** The ports on which a region listens, all on the loopback interface. */
record RegionPorts(int http, int internal, int grpc, int raft) {}
