"""Commands on networks: their regions, counts, certificates, surveys and pictures."""
