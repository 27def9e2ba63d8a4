"""Commands about networks: their regions, counts, certificates, surveys and pictures."""
