/** What a scenario has at one target: its repositories, its images, and what it leaves behind. */
package dev.meridian.loadtest.site;
