package dev.meridian.node.blobs.s3;

/** What the uploads of one store share. */
record S3Resources(
    S3Requests requests,
    PartSpool spool,
    MemoryBudget memory,
    PartTags.Cache tags,
    PartSizes sizes) {}
