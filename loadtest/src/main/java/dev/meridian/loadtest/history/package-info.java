/**
 * What clients did to the tags and manifests of one repository and what they saw, and whether a
 * registry that keeps its promises can have answered so.
 */
package dev.meridian.loadtest.history;
