"""Commands about max-pooling layers."""
