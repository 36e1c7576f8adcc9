"""Writes the files beside it, with Pillow itself (12.3.0 when they were committed).

Beside each image stands what Pillow reads from it, as .npy: (height, width, 3) of RGB in
NAME.rgb.npy and (height, width) of grey in NAME.grey.npy. scaled-H-W.npy is photo.png, grey,
resized by its bilinear filter.
"""

import numpy as np
from PIL import Image

H, W = 13, 17
y, x = np.mgrid[0:H, 0:W]
RGB = np.stack([x * 15, y * 19, (x * y * 7) % 256], axis=2).astype(np.uint8)
RGB[3:6, 4:9] = (250, 10, 128)
photo = Image.fromarray(RGB)


def write(name, image, **options):
    image.save(name, **options)
    stem = name.rsplit(".", 1)[0]
    with Image.open(name) as read:
        np.save(stem + ".rgb.npy", np.array(read.convert("RGB")))
        np.save(stem + ".grey.npy", np.array(read.convert("L")))


write("photo.png", photo)
write("grey.png", photo.convert("L"))
write("two-levels.png", photo.convert("1"))
write("palette.png", photo.quantize(13))
write("opaque.png", photo.convert("RGBA"))
write("baseline.jpg", photo, quality=90)
write("progressive.jpg", photo, quality=80, progressive=True)
write("grey-photo.jpeg", photo.convert("L"), quality=90)
write("marked-rotated.jpg", photo, quality=90, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")

# Sixteen bits: sample k stands for k / 65535, so half of it is level 128 of 255.
wide = (np.arange(H * W).reshape(H, W) * 296).astype(np.uint16)
Image.fromarray(wide).save("wide-grey.png")
np.save("wide-grey.grey.npy", np.round(wide / 257).astype(np.uint8))
np.save("wide-grey.rgb.npy", np.repeat(np.round(wide / 257).astype(np.uint8)[:, :, None], 3, 2))

hole = photo.convert("RGBA")
hole.putpixel((4, 2), (1, 2, 3, 254))
hole.save("transparent.png")
photo.convert("CMYK").save("cmyk.jpg")
photo.save("bitmap.png", format="bmp")

grey = photo.convert("L")
for size in ((13, 17), (7, 5), (1, 1), (26, 34), (40, 3), (12, 18)):
    scaled = grey.resize((size[1], size[0]), Image.Resampling.BILINEAR)
    np.save(f"scaled-{size[0]}-{size[1]}.npy", np.array(scaled))
