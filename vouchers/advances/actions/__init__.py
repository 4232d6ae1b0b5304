"""What happens to advances: asked and decided (`deciding`), paid (`paying`), settled by claims (`settling`)."""
